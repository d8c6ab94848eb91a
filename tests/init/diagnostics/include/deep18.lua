return include "deep19.lua"
