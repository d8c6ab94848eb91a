# SPDX-License-Identifier: MIT
#
# IRQ: one interrupt line, held by one session at a time; masked until acknowledged.
@0xc0a500000000000a;

using Kernel = import "/kernel.capnp";

struct IrqArgs @0xc0a5c0a52000000e {
	line @0 :UInt8;
}

interface IrqSession @0xc0a5c0a52000000f {
	irq @0 () -> (irq :Kernel.Irq);
}
