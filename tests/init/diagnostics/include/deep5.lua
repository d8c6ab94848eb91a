return include "deep6.lua"
