return include "deep12.lua"
