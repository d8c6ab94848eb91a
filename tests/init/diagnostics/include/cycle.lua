-- found beside the file that includes it
return include "back.lua"
