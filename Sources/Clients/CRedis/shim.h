/* Redis's own client library. Swift cannot call functions with a variable number of arguments; redisCommandArgv takes a list. */
#pragma once
#include <hiredis/hiredis.h>
#include <string.h>
