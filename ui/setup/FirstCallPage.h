#pragma once

#include "app/http/RequestSpec.h"
#include "app/keys/KeyService.h"
#include "ui/setup/SetupPage.h"

#include <QPointer>

namespace keydesk {

class FactsCard;

/// "First call": the provider's cheapest call with the key as it is stored, and what came back, in words.
class FirstCallPage : public SetupPage
{
    Q_OBJECT

public:
    FirstCallPage(Core &core, SetupDraft &draft, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("first-call"); }
    [[nodiscard]] QString step() const override { return tr("First call"); }
    void enter() override;
    bool leave() override;
    void forget() override;
    [[nodiscard]] QWidget *firstField() const override;
    /// What the console opens with.
    [[nodiscard]] RequestSpec request() const;

private:
    void call();
    void show();
    void useAnyway();

    FactsCard *m_card;
    QPointer<KeyJob> m_job;
    std::optional<Error> m_error;
};

} // namespace keydesk
