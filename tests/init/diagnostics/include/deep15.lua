return include "deep16.lua"
