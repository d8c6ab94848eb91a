return include "deep5.lua"
