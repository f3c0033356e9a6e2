#pragma once

// libjq, whose headers are C alone.
extern "C" {
#include <jq.h>
#include <jv.h>
}
