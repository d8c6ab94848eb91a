# SPDX-License-Identifier: MIT
#
# PD: the protection domain of one component. The argument capability of the
# session request is the Charge of the account that pays for the domain.
@0xc0a5000000000004;

using Kernel = import "/kernel.capnp";

interface Pd @0xc0a5c0a520000003 {
	# The component's own address space and the account it spends from.
	resources @0 () -> (space :Kernel.Space, account :Kernel.Charge);
}

# What the parent that made the domain keeps for itself.
interface PdControl @0xc0a5c0a520000004 extends(Pd) {
	domain @0 () -> (domain :Kernel.Domain);
	# The facet for the component itself.
	facet  @1 () -> (pd :Pd);
}
