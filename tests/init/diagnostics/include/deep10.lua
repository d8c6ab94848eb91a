return include "deep11.lua"
