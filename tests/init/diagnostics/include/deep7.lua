return include "deep8.lua"
