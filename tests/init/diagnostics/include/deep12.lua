return include "deep13.lua"
