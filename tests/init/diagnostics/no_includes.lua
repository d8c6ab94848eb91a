-- check: no_include
return policy { include "x.lua" }
