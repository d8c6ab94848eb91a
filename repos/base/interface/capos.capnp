# SPDX-License-Identifier: MIT
#
# Annotations that mean something to capOS.
@0xc0a50000000000ca;

# Bytes: in Lua and JSON "8M" may be written for 8388608 (K, M, G: powers of 1024).
annotation size @0xfbb1e2a3c4d50617 (field) :Void;
