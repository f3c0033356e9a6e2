#pragma once

#include "app/catalogue/FieldCheck.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace keydesk {

class RoleLabel;

/// What the documentation says of the call in the editor, quietly: its note, a link to it, and where the
/// request differs from it. Hidden while there is nothing to say.
class EndpointBar : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointBar(QWidget *parent = nullptr);

    void setEndpoint(const Endpoint *endpoint); ///< nullptr: the request is no documented call
    void setWarnings(const QList<FieldWarning> &warnings);
    /// Opens the documentation; stands where its owner puts it.
    [[nodiscard]] QToolButton *link() const { return m_link; }

private:
    void build();
    void showWhatThereIs();

    QLabel *m_note = nullptr; // all but the link is made at the first word
    QToolButton *m_link;
    QWidget *m_warningRow = nullptr;
    RoleLabel *m_warning = nullptr;
    QString m_source;
};

} // namespace keydesk
