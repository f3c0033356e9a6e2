#pragma once

#include <QStringList>

#include <functional>

class QMenu;

namespace keydesk {

class Redactor;

/// Puts expectations into a menu, as they are written. What the redactor would change is left out: it is not to be written into a file.
void addExpectations(QMenu &menu, const QStringList &expectations, const Redactor &redactor, const std::function<void(const QString &)> &chosen);
/// The same under "Expect This"; nothing if none is left.
void addExpectThis(QMenu &menu, const QStringList &expectations, const Redactor &redactor, const std::function<void(const QString &)> &chosen);

} // namespace keydesk
