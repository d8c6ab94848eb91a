return include "cycle.lua"
