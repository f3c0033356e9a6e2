#pragma once

#include <QString>

#include <atomic>

namespace keydesk {

/// HTML as browsers take it, well-formed or not, laid out for reading: elements that stand by themselves
/// begin a line and are indented, what flows in a line stays in it. Nothing but white space changes, and none
/// in scripts, styles and preformatted text. Ends early, with anything, once `stop` says so.
QString prettyHtml(const QString &text, const std::atomic<bool> &stop);

} // namespace keydesk
