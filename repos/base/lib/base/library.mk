sources := syscall.S env.c ipc.c slots.c region.c heap.c session.c entrypoint.c session_server.c rom.c ring_client.c log.c format.c status_name.c
uses    := capnp
