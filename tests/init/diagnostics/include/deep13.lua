return include "deep14.lua"
