; SPDX-License-Identifier: MIT
; The lemma of ring_index.h, which WP's integers can't show: a counterexample is sought among words.
(set-logic QF_BV)
(declare-const x (_ BitVec 32))
(declare-const mask (_ BitVec 32))
(assert (bvugt (bvand x mask) mask))
(check-sat)
