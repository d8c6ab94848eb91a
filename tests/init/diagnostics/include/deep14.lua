return include "deep15.lua"
