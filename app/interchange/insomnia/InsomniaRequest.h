#pragma once

#include "app/interchange/openapi/SpecTree.h"
#include "app/interchange/tools/ToolCollection.h"

namespace keydesk {

/// Where the two versions of Insomnia's files keep what is otherwise the same.
enum class InsomniaVersion { V4, V5 };

ToolRequest insomniaRequest(SpecNode from, InsomniaVersion version);
ToolFolder insomniaFolder(SpecNode from, InsomniaVersion version);

} // namespace keydesk
