sources := reporter.c
uses    := base
