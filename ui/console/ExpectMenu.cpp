#include "ui/console/ExpectMenu.h"

#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"

#include <QCoreApplication>
#include <QMenu>

using namespace Qt::StringLiterals;

namespace keydesk {

void addExpectations(QMenu &menu, const QStringList &expectations, const Redactor &redactor, const std::function<void(const QString &)> &chosen)
{
    for (const QString &each : expectations) {
        if (withVisibleControls(redactor.redactText(each)) == each)
            menu.addAction(QString(each).replace(u'&', u"&&"_s), &menu, [each, chosen] { chosen(each); });
    }
}

void addExpectThis(QMenu &menu, const QStringList &expectations, const Redactor &redactor, const std::function<void(const QString &)> &chosen)
{
    auto *choices = new QMenu(QCoreApplication::translate("ExpectMenu", "Expect This"), &menu);
    addExpectations(*choices, expectations, redactor, chosen);
    if (choices->isEmpty()) {
        delete choices;
        return;
    }
    if (!menu.isEmpty())
        menu.addSeparator();
    menu.addMenu(choices);
}

} // namespace keydesk
