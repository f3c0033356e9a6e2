#include "app/workspace/HttpFile.h"

#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r';
}

qsizetype wordEnd(QByteArrayView text, qsizetype from, char stop)
{
    while (from < text.size() && !isSpace(text.at(from)) && text.at(from) != stop)
        ++from;
    return from;
}

} // namespace

HttpAnnotation httpAnnotation(QByteArrayView line)
{
    QByteArrayView rest = line.trimmed();
    const qsizetype whole = rest.size();
    const char mark = rest.isEmpty() ? '\0' : rest.front();
    if (mark != '#' && !(mark == '/' && rest.startsWith("//")))
        return {};
    while (!rest.isEmpty() && rest.front() == mark)
        rest = rest.sliced(1);
    // A separator's title is a title.
    if (mark == '#' && whole - rest.size() >= 3 && line.startsWith("###"))
        return {};
    rest = rest.trimmed();
    if (!rest.startsWith('@'))
        return {};
    const qsizetype end = wordEnd(rest, 1, '=');
    if (end == 1)
        return {};
    QByteArrayView value = rest.sliced(end).trimmed();
    if (value.startsWith('='))
        value = value.sliced(1).trimmed();
    return {rest.sliced(1, end - 1), value};
}

HttpAssignment httpAssignment(QByteArrayView line)
{
    const QByteArrayView rest = line.trimmed();
    if (!rest.startsWith('@'))
        return {};
    const qsizetype end = wordEnd(rest, 1, '=');
    const QByteArrayView after = rest.sliced(end).trimmed();
    if (end == 1 || !after.startsWith('='))
        return {};
    return {rest.sliced(1, end - 1), after.sliced(1).trimmed()};
}

HttpInclude httpInclude(QStringView line)
{
    static const QRegularExpression form(u"^<(@(\\w*))?[ \\t]+(\\S.*?)\\s*$"_s);
    if (!line.startsWith(u'<'))
        return {};
    const auto match = form.match(line);
    if (!match.hasMatch() || match.capturedView(3).startsWith(u"{%"))
        return {};
    return {match.captured(3), match.capturedLength(1) > 0, match.captured(2)};
}

} // namespace keydesk
