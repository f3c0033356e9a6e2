#pragma once

#include "app/interchange/snippets/SnippetWriter.h"

namespace keydesk::snippets {

// One for each CodeFormat. Pure: what they have to say goes to the writer.

QByteArray curlBash(SnippetWriter &writer);
QByteArray curlPowerShell(SnippetWriter &writer);
QByteArray curlCmd(SnippetWriter &writer);
QByteArray pythonRequests(SnippetWriter &writer);
QByteArray javaScriptFetch(SnippetWriter &writer);
QByteArray nodeAxios(SnippetWriter &writer);
QByteArray phpCurl(SnippetWriter &writer);
QByteArray goNetHttp(SnippetWriter &writer);
QByteArray cSharpHttpClient(SnippetWriter &writer);
QByteArray javaHttpClient(SnippetWriter &writer);
QByteArray rustReqwest(SnippetWriter &writer);
QByteArray httpie(SnippetWriter &writer);
QByteArray wget(SnippetWriter &writer);
QByteArray rawHttp(SnippetWriter &writer);
QByteArray httpFile(SnippetWriter &writer);

} // namespace keydesk::snippets
