return include "deep2.lua"
