return include "deep20.lua"
