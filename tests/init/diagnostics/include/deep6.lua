return include "deep7.lua"
