return include "deep4.lua"
