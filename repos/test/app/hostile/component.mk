sources := main.c random.c hoard.c shot.c catalogue.c arguments.c coverage.c methods.c pages.c sessions.c files.c \
	rings.c realm.c drone.S puppet.c server.c
uses    := base
