#pragma once

#include "app/http/Cookie.h"

#include <QDialog>
#include <QHash>
#include <QTimer>

class QCheckBox;
class QDateTimeEdit;
class QFormLayout;
class QLineEdit;

namespace keydesk {

class FieldProblem;

/// A cookie by hand: a new one, or another value, path, expiry of one that is there. The value that a cookie has is not shown, and kept
/// unless another one is typed. Emits `made` and closes once every field is right.
class CookieDialog : public QDialog
{
    Q_OBJECT

public:
    /// `cookie`: the one to change, or nothing. `origin` is offered for a new one.
    CookieDialog(const std::optional<Cookie> &cookie, const QString &origin, QWidget *parent = nullptr);
    ~CookieDialog() override;

Q_SIGNALS:
    void made(const keydesk::Cookie &cookie);

protected:
    bool event(QEvent *event) override;

private:
    using Field = CookieDraft::Field;

    QLineEdit *addField(QFormLayout &form, Field field, const QString &name, const QString &text);
    void addExpiry(QFormLayout &form, const QDateTime &expires);
    void addEye();
    void showValue(bool shown);
    [[nodiscard]] CookieDraft draft() const;
    void save();

    const std::optional<Cookie> m_cookie;
    QLineEdit *m_origin;
    QCheckBox *m_subdomains;
    QLineEdit *m_path;
    QLineEdit *m_name;
    QLineEdit *m_value;
    QAction *m_eye = nullptr;
    QCheckBox *m_isLimited = nullptr;
    QDateTimeEdit *m_expires = nullptr;
    QCheckBox *m_secure;
    QHash<int, FieldProblem *> m_problems; // by Field
    QTimer m_hideSoon;
};

} // namespace keydesk
