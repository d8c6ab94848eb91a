sources := main.c random.c hoard.c shot.c methods.c pages.c sessions.c rings.c realm.c drone.S puppet.c server.c
uses    := base
