#include "ui/keys/RemoteSourceBar.h"

#include "app/keys/RemoteTokenService.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/SessionField.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

RemoteSourceBar::RemoteSourceBar(RemoteTokenService &service, QWidget *parent)
    : QWidget(parent)
    , m_service(service)
    , m_where(new QComboBox)
    , m_form(new QFormLayout)
    , m_refresh(new QPushButton(tr("Refresh")))
    , m_stop(new QPushButton(tr("Stop")))
{
    m_where->setAccessibleName(tr("Provider's list"));
    m_where->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_where->setMinimumContentsLength(24);
    auto *label = new QLabel(tr("Provider's list"));
    label->setBuddy(m_where);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(theme::groupGap);
    m_form->setVerticalSpacing(theme::gap);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *choice = new QWidget; // not a bare layout, beside which the label would stand too high
    auto *row = new QHBoxLayout(choice);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_where, 1);
    row->addWidget(m_refresh);
    row->addWidget(m_stop);
    m_form->addRow(label, choice);
    setLayout(m_form);
    m_refresh->setProperty("primary", true);
    m_refresh->setAutoDefault(false);
    m_stop->setAutoDefault(false);
    m_stop->hide();
    connect(m_refresh, &QPushButton::clicked, this, &RemoteSourceBar::refreshRequested);
    connect(m_stop, &QPushButton::clicked, this, &RemoteSourceBar::stopRequested);
    fill();
    showFields();
    connect(m_where, &QComboBox::currentIndexChanged, this, [this] {
        showFields();
        Q_EMIT sourceChanged();
    });
}

void RemoteSourceBar::fill()
{
    for (const RemoteSource &source : m_service.sources()) {
        const std::optional<Environment> environment = m_service.environmentOf(source);
        const Provider *provider = m_service.providerOf(source);
        const TokenKind *kind = provider->kind(source.kindId);
        m_where->addItem(dotIcon(environment->colour), tr("%1 · %2").arg(environment->name, kind->name),
                         QVariant::fromValue(source));
    }
}

std::optional<RemoteSource> RemoteSourceBar::source() const
{
    const QVariant chosen = m_where->currentData();
    return chosen.isValid() ? std::optional(chosen.value<RemoteSource>()) : std::nullopt;
}

void RemoteSourceBar::select(const RemoteSource &source)
{
    for (int i = 0; i < m_where->count(); ++i) {
        if (m_where->itemData(i).value<RemoteSource>() == source)
            m_where->setCurrentIndex(i);
    }
}

void RemoteSourceBar::showFields()
{
    while (m_form->rowCount() > 1)
        m_form->removeRow(1);
    m_variables.clear();
    m_session = nullptr;
    const std::optional<RemoteSource> where = source();
    const TokenApi *api = where ? m_service.apiOf(*where) : nullptr;
    const auto addRow = [this](const QString &name, QWidget *field) {
        auto *label = new QLabel(name);
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(field);
        m_form->addRow(label, field);
    };
    if (api) {
        const Variables known = m_service.environmentOf(*where)->variables;
        for (const TokenApiVariable &variable : api->variables) {
            auto *field = new QLineEdit;
            field->setAccessibleName(variable.label);
            field->setPlaceholderText(variable.example);
            for (const NameValue &row : known) {
                if (row.name == variable.name)
                    field->setText(row.value);
            }
            connect(field, &QLineEdit::textChanged, this, &RemoteSourceBar::showState);
            addRow(variable.label, field);
            m_variables.append({variable.name, field});
        }
        if (!api->sessionKindId.isEmpty()) {
            const TokenKind *kind = m_service.providerOf(*where)->kind(api->sessionKindId);
            const QString name = kind ? kind->name : api->sessionKindId;
            m_session = new SessionField;
            m_session->setKindName(name);
            m_session->setPlaceholderText(tr("For these calls only; forgotten when this window closes"));
            m_session->setKeys(m_service.sessionKeys(*where));
            connect(m_session, &SessionField::edited, this, [this] {
                showState();
                Q_EMIT sessionEdited();
            });
            connect(m_session, &SessionField::submitted, m_refresh, &QPushButton::click);
            addRow(name, m_session);
        }
    }
    showState();
}

void RemoteSourceBar::showState()
{
    const bool told = std::all_of(m_variables.cbegin(), m_variables.cend(), [](const auto &variable) {
        return !variable.second->text().trimmed().isEmpty();
    });
    const bool signedIn = m_session == nullptr || !m_session->signIn().isEmpty();
    m_refresh->setEnabled(source() && told && signedIn && !m_busy);
    m_refresh->setToolTip(!told       ? tr("Fill in the fields below first.")
                          : !signedIn ? tr("Paste the token of somebody who is signed in first.")
                                      : QString());
    m_refresh->setVisible(!m_busy);
    m_stop->setVisible(m_busy);
    m_where->setEnabled(!m_busy);
}

void RemoteSourceBar::setBusy(bool busy)
{
    m_busy = busy;
    const bool hadFocus = m_refresh->hasFocus() || m_stop->hasFocus();
    showState();
    if (hadFocus)
        (busy ? m_stop : m_refresh)->setFocus(Qt::OtherFocusReason);
}

SignIn RemoteSourceBar::session() const
{
    return m_session ? m_session->signIn() : SignIn();
}

void RemoteSourceBar::offerSessionKeys()
{
    const std::optional<RemoteSource> where = source();
    if (m_session && where && !m_busy)
        m_session->setKeys(m_service.sessionKeys(*where));
}

Result<void> RemoteSourceBar::keepVariables()
{
    const std::optional<RemoteSource> where = source();
    for (const auto &[name, field] : std::as_const(m_variables)) {
        if (!where)
            break;
        if (Result<void> kept = m_service.setVariable(*where, name, field->text().trimmed()); !kept)
            return kept;
    }
    return {};
}

} // namespace keydesk
