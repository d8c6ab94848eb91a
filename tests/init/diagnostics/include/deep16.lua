return include "deep17.lua"
