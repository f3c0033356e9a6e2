#include "app/leaks/LeakEncoding.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct LeakEncodingText
{
    Q_DECLARE_TR_FUNCTIONS(LeakEncoding)
};

QString formName(LeakEncoding::Form form)
{
    switch (form) {
    case LeakEncoding::Form::Plain:
        break;
    case LeakEncoding::Form::Base64:
        return LeakEncodingText::tr("Base64");
    case LeakEncoding::Form::Base64Url:
        return LeakEncodingText::tr("URL-safe Base64");
    case LeakEncoding::Form::Hex:
        return LeakEncodingText::tr("Hexadecimal");
    case LeakEncoding::Form::Utf16:
        return LeakEncodingText::tr("UTF-16");
    }
    return LeakEncodingText::tr("Plain");
}

} // namespace

QString LeakEncoding::name() const
{
    QStringList names;
    if (form != Form::Plain || (!percent && !json))
        names.append(formName(form));
    if (percent)
        names.append(LeakEncodingText::tr("Percent-encoded"));
    if (json)
        names.append(LeakEncodingText::tr("JSON-escaped"));
    return names.join(u", "_s);
}

} // namespace keydesk
