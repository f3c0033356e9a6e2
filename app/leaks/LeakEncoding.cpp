#include "app/leaks/LeakEncoding.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(LeakEncoding)
};

QString formName(LeakEncoding::Form form)
{
    switch (form) {
    case LeakEncoding::Form::Plain:
        break;
    case LeakEncoding::Form::Base64:
        return Text::tr("Base64");
    case LeakEncoding::Form::Base64Url:
        return Text::tr("URL-safe Base64");
    case LeakEncoding::Form::Hex:
        return Text::tr("Hexadecimal");
    case LeakEncoding::Form::Utf16:
        return Text::tr("UTF-16");
    }
    return Text::tr("Plain");
}

} // namespace

QString LeakEncoding::name() const
{
    QStringList names;
    if (form != Form::Plain || (!percent && !json))
        names.append(formName(form));
    if (percent)
        names.append(Text::tr("Percent-encoded"));
    if (json)
        names.append(Text::tr("JSON-escaped"));
    return names.join(u", "_s);
}

} // namespace keydesk
