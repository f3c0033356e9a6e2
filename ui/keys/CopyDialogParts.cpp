#include "ui/keys/CopyDialogParts.h"

#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QBoxLayout>
#include <QCoreApplication>
#include <QDialog>
#include <QListWidget>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(CopyDialogParts)
};

} // namespace

void addCopyFormat(QListWidget &formats, const QString &name, int value)
{
    const QFontMetrics metrics = formats.fontMetrics();
    auto *item = new QListWidgetItem(name, &formats);
    item->setData(Qt::UserRole, value);
    item->setSizeHint(QSize(0, qMax(theme::rowHeight, metrics.height() + 10)));
    int wide = 0;
    for (int row = 0; row < formats.count(); ++row)
        wide = qMax(wide, metrics.horizontalAdvance(formats.item(row)->text()));
    formats.setFixedWidth(wide + 4 * theme::groupGap);
    formats.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

QWidget *makeCopyButtons(QDialog &dialog, QPushButton &save, QPushButton &copy)
{
    auto *part = new QWidget;
    auto *close = new QPushButton(Text::tr("Close"));
    copy.setProperty("primary", true);
    copy.setIcon(icon(u"copy"_s, theme::Role::OnAccent));
    for (QPushButton *each : {&save, close})
        each->setAutoDefault(false);
    copy.setDefault(true);
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(&save);
    row->addStretch(1);
    row->addWidget(close);
    row->addWidget(&copy);
    QObject::connect(close, &QPushButton::clicked, &dialog, &QDialog::reject);
    return part;
}

Fact copyFact(const QString &icon, theme::Role ink, const QString &text)
{
    return {icon, ink, text, theme::Role::Text, {}, {}, {}};
}

Fact waitingFact()
{
    return copyFact(u"clock"_s, theme::Role::SecondText, Text::tr("Waiting for the token…"));
}

Fact clipboardFact(int seconds)
{
    return copyFact(u"clock"_s, theme::Role::SecondText,
                    seconds > 0 ? Text::tr("Copied with the token. The clipboard is cleared in %1 s.").arg(seconds)
                                : Text::tr("The clipboard does not hold the token any more."));
}

} // namespace keydesk
