# SPDX-License-Identifier: MIT
#
# PD: the protection domain of one component. The argument capability of the
# session request is the Charge of the account that pays for the domain.
@0xc0a5000000000004;

using Kernel = import "/kernel.capnp";

interface Pd @0xc0a5c0a520000003 {
	# The domain is for the parent that wants it, the space for the component itself (Parent's `resources`).
	domain @0 () -> (domain :Kernel.Domain, space :Kernel.Space);
}
