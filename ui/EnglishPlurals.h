#pragma once

#include <QTranslator>

namespace keydesk {

/// The plural forms of the texts as they are written in the code: "%n key(s)" becomes "1 key" and "2 keys". A translation into another
/// language, installed after this one, comes first.
class EnglishPlurals : public QTranslator
{
public:
    using QTranslator::QTranslator;

    [[nodiscard]] bool isEmpty() const override { return false; }

    QString translate(const char *, const char *text, const char *, int n) const override
    {
        if (n < 0) // no number: the text stays as it is
            return {};
        return QString::fromUtf8(text).replace(QLatin1String("(s)"), n == 1 ? QLatin1String("") : QLatin1String("s"));
    }
};

} // namespace keydesk
