return include "deep10.lua"
