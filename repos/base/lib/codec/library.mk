sources := schema.c failure.c scalar.c encode.c walk.c decode.c json.c
uses    := capnp
libc    := musl
