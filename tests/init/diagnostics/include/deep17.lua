return include "deep18.lua"
