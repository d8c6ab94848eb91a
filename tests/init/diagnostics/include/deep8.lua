return include "deep9.lua"
