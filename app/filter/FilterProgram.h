#pragma once

#include <QString>

namespace keydesk {

/// The whole path of the program that filters: installed with Keydesk, or beside it where it was built. It
/// may be missing.
QString filterProgram();

} // namespace keydesk
