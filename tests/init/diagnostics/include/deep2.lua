return include "deep3.lua"
