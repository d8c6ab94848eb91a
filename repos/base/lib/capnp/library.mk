sources := text.c reader.c builder.c copy.c layout.c check.c decode.c encode.c message.c
uses    :=
