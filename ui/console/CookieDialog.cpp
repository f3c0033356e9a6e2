#include "ui/console/CookieDialog.h"

#include "ui/keys/TimedReveal.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/GrowToFit.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QDateTimeEdit>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

CookieDialog::CookieDialog(const std::optional<Cookie> &cookie, const QString &origin, QWidget *parent)
    : QDialog(parent)
    , m_cookie(cookie)
{
    setWindowTitle(cookie ? tr("Edit Cookie") : tr("Add Cookie"));
    CookieDraft draft;
    draft.origin = origin;
    draft.secure = Origin::fromString(origin).value_or(Origin()).isSecure();
    if (cookie)
        draft = CookieDraft::of(*cookie);

    auto *form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(theme::groupGap);
    form->setVerticalSpacing(theme::gap);
    m_name = addField(*form, Field::Name, tr("Name"), draft.name);
    m_value = addField(*form, Field::Value, tr("Value"), {});
    m_value->setEchoMode(QLineEdit::Password);
    if (cookie)
        m_value->setPlaceholderText(tr("As it is, unless you type another one"));
    addEye();
    m_origin = addField(*form, Field::Origin, tr("Goes to"), draft.origin);
    m_origin->setPlaceholderText(u"https://api.example.com"_s);
    m_subdomains = new QCheckBox(tr("Its subdomains too"));
    m_subdomains->setChecked(draft.subdomains);
    form->addRow(QString(), m_subdomains);
    m_path = addField(*form, Field::Path, tr("Path"), draft.path);
    addExpiry(*form, draft.expires);
    m_secure = new QCheckBox(tr("Secure: over https only, or to this machine"));
    m_secure->setChecked(draft.secure);
    form->addRow(QString(), m_secure);

    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false); // Return is for the other one
    auto *save = new QPushButton(cookie ? tr("Save") : tr("Add"));
    save->setProperty("primary", true);
    save->setDefault(true);
    connect(save, &QPushButton::clicked, this, &CookieDialog::save);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(save);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addLayout(form);
    layout->addStretch(1);
    layout->addLayout(buttons);

    new GrowToFit(*this);

    m_hideSoon.setSingleShot(true);
    m_hideSoon.setInterval(std::chrono::seconds(TimedReveal::seconds));
    connect(&m_hideSoon, &QTimer::timeout, this, [this] { showValue(false); });
    (cookie ? m_value : m_name)->setFocus();
}

CookieDialog::~CookieDialog() = default;

QLineEdit *CookieDialog::addField(QFormLayout &form, Field field, const QString &name, const QString &text)
{
    auto *edit = new QLineEdit(text);
    edit->setFont(theme::fixedFont(font()));
    edit->setAccessibleName(name);
    edit->setMinimumWidth(fontMetrics().averageCharWidth() * 44);
    auto *label = new QLabel(name);
    label->setBuddy(edit);
    auto *problem = new FieldProblem(edit);
    m_problems.insert(static_cast<int>(field), problem);
    auto *column = new QVBoxLayout;
    column->setSpacing(theme::gap / 2);
    column->addWidget(edit);
    column->addWidget(problem);
    form.addRow(label, column);
    connect(edit, &QLineEdit::textEdited, problem, &FieldProblem::clear);
    return edit;
}

void CookieDialog::addExpiry(QFormLayout &form, const QDateTime &expires)
{
    m_isLimited = new QCheckBox(tr("Expires at"));
    m_isLimited->setToolTip(tr("Without it the cookie is gone when Keydesk closes"));
    m_isLimited->setChecked(expires.isValid());
    m_expires = new QDateTimeEdit(expires.isValid() ? expires.toLocalTime() : QDateTime::currentDateTime().addDays(1));
    m_expires->setCalendarPopup(true);
    m_expires->setAccessibleName(tr("Expires at"));
    m_expires->setEnabled(expires.isValid());
    auto *problem = new FieldProblem(m_expires);
    m_problems.insert(static_cast<int>(Field::Expires), problem);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_isLimited);
    row->addWidget(m_expires);
    row->addStretch(1);
    auto *column = new QVBoxLayout;
    column->setSpacing(theme::gap / 2);
    column->addLayout(row);
    column->addWidget(problem);
    form.addRow(QString(), column);
    connect(m_isLimited, &QCheckBox::toggled, m_expires, &QWidget::setEnabled);
    connect(m_isLimited, &QCheckBox::toggled, problem, &FieldProblem::clear);
    connect(m_expires, &QDateTimeEdit::dateTimeChanged, problem, &FieldProblem::clear);
}

/// What was typed, for a while (SECURITY S3).
void CookieDialog::addEye()
{
    m_eye = m_value->addAction(icon(u"eye"_s), QLineEdit::TrailingPosition);
    m_eye->setCheckable(true);
    connect(m_eye, &QAction::triggered, this, &CookieDialog::showValue);
    showValue(false);
}

void CookieDialog::showValue(bool shown)
{
    m_eye->setChecked(shown);
    m_eye->setIcon(icon(shown ? u"eye-off"_s : u"eye"_s));
    m_eye->setText(shown ? tr("Hide what you typed") : tr("Show what you typed for %1 seconds").arg(TimedReveal::seconds));
    m_value->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password);
    if (shown)
        m_hideSoon.start();
    else
        m_hideSoon.stop();
}

bool CookieDialog::event(QEvent *event)
{
    if (event->type() == QEvent::WindowDeactivate)
        showValue(false);
    return QDialog::event(event);
}

CookieDraft CookieDialog::draft() const
{
    CookieDraft draft;
    if (m_cookie)
        draft = CookieDraft::of(*m_cookie);
    draft.origin = m_origin->text().trimmed();
    draft.subdomains = m_subdomains->isChecked();
    draft.path = m_path->text();
    draft.name = m_name->text().trimmed();
    if (!m_cookie || m_value->isModified())
        draft.value = m_value->text().toUtf8();
    draft.expires = m_isLimited->isChecked() ? m_expires->dateTime().toUTC() : QDateTime();
    draft.secure = m_secure->isChecked();
    return draft;
}

void CookieDialog::save()
{
    const CookieDraft typed = draft();
    // Each message takes the focus to its field: the first one last.
    for (const Field field : {Field::Expires, Field::Path, Field::Origin, Field::Value, Field::Name})
        m_problems.value(static_cast<int>(field))->setText(typed.problem(field));
    if (const auto cookie = typed.make()) {
        Q_EMIT made(*cookie);
        accept();
    }
}

} // namespace keydesk
